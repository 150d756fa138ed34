// Package form decodes and judges what a customer hands in. It is pure: bytes, records and rules
// in, plain values out.
//
//	body ─► Decode ─► Answers ─► Check ─► *Submission, or []view.Mistake ─► Typed
//	        (what was sent)      (clean values)                     (the form as it was typed)
//
// Decode reads urlencoded, multipart and JSON bodies into one shape, within limits. A body that is
// not what its media type says is an error ([ErrMalformed], [ErrMediaType], [ErrTooLarge]).
// Whatever concerns a single answer is a mistake by Check: all of them at once, each with a code
// that the theme's locales put into words. [Codes] lists them.
//
// # What is refused, what is mended
//
// A customer can't mend what can't be seen, so invisible characters are removed ([Clean]). What
// would change the meaning of an answer is a mistake that names its field:
//   - invalid UTF-8: a mistake, since no guess at another character set is safe.
//   - CRLF, lone CR, NEL, vertical tab, form feed, U+2028 and U+2029 become a line feed. In an answer of
//     one line, line breaks and tabs become a space.
//   - controls other than tab and line feed, noncharacters and byte order marks are removed.
//   - bidirectional embeddings, overrides and isolates (U+202A to U+202E, U+2066 to U+2069) are removed:
//     they reach past the answer into the words around it (Unicode TR 36). The marks LRM, RLM and ALM and
//     the joiners that Arabic, Persian and emoji need stay.
//   - leading and trailing blank space is removed, in a text of several lines outer blank lines only.
//   - a field whose condition (when) is not met is not judged and not required. What was sent for it
//     is dropped.
//   - an answer given twice, a name that the form does not have, a file where text is asked for: a
//     mistake. An empty answer is no answer.
//
// # What becomes of a field
//
// Fields with a role go to ticket.yaml (subject, requester's name, email and phone, organisation),
// the role body becomes the received event's text. Every other answer is kept under `fields`, in
// the form's order. A checkbox that is ticked is "true", one that is not is left out.
package form
