package delivery

import (
	"fmt"
	"strings"

	"balie/ingest/mail"
	"balie/themes"
)

// Draft says what a mail that was put aside says, for who answers in its writer's place or files it
// by hand: from whom, about what, its text above what is quoted, and the command that takes it. It
// is "" where there is no mail.
func Draft(raw []byte, theme *themes.Theme) string {
	in, err := mail.Read(raw, ReplyLines(theme))
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, a := range in.From {
		fmt.Fprintf(&b, "From: %s <%s>\n", a.Name, a.Address)
	}
	fmt.Fprintf(&b, "Subject: %s\n\n%s\n", in.Subject, strings.TrimSpace(in.Above))
	if in.Below != "" {
		b.WriteString("\n(what it quotes is left out)\n")
	}
	for _, f := range in.Files {
		fmt.Fprintf(&b, "\nattached: %q, %d bytes", f.Label, len(f.Body))
	}
	for _, address := range in.To {
		if number, ok := mail.StaffNumber(address); ok {
			fmt.Fprintf(&b, "\nTo send this text as your answer, pipe it into: balie new reply %s --author NAME -m -\n", number)
			break
		}
	}
	return b.String()
}
