package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"balie/content"
)

const hooksFile = "hooks.yaml"

// hookKeys are the keys that a kind of hook has besides name, kind and secret.
var hookKeys = map[content.HookKind][]string{
	content.AlertmanagerHook: {"service_label", "visibility", "states", "title", "text"},
	content.StandardHook:     {"form", "visibility"},
	content.EmailHook:        {"form"},
	content.JSONHook:         {"form", "fields", "visibility", "signature", "token", "id", "at", "incident"},
}

func (c *checker) hooks() {
	for i, h := range c.Hooks {
		key := fmt.Sprintf("[%d]", i)
		c.hookName(key, i, h)
		needsForm := h.Kind == content.StandardHook || h.Kind == content.EmailHook
		if needsForm && h.Form == "" && !c.words.misread[hooksFile] {
			c.error(hooksFile, key, content.CodeMissingKey, "add form: …", "%s: a hook of kind %s files by a form", key, h.Kind)
		}
		c.reference(hooksFile, key+".form", h.Form, c.words.forms, content.Error)
		c.hookKeys(key, h)
		switch h.Kind {
		case content.JSONHook:
			c.mapping(key, h)
		case content.AlertmanagerHook:
			c.template(key+".title", h.Title, "write a label's name alone between the braces, such as {instance}", checkLabel)
			c.template(key+".text", h.Text, "write a label's name alone between the braces, such as {instance}", checkLabel)
		}
	}
}

func (c *checker) hookName(key string, i int, h *content.Hook) {
	switch {
	case h.Name == "":
	case !content.IsAuthor(h.Name):
		c.error(hooksFile, key+".name", content.CodeName, content.NameHint+": it stands in file names", "%s.name: %q is no name for a hook", key, h.Name)
	case h.Name == content.Balie:
		c.error(hooksFile, key+".name", content.CodeName, "give it another name", "%s.name: %q is the name under which rules write", key, h.Name)
	case slices.ContainsFunc(c.Hooks[:i], func(o *content.Hook) bool { return o.Name == h.Name }):
		c.error(hooksFile, key+".name", content.CodeDuplicate, "give it another name", "%s.name: a second %q", key, h.Name)
	case slices.Contains(c.words.people.known, h.Name):
		c.error(hooksFile, key+".name", content.CodeDuplicate, "give it another name: what a hook writes is told from what people write by it", "%s.name: people.yaml has %q too", key, h.Name)
	}
}

// hookKeys finds keys that the hook's kind does not have.
func (c *checker) hookKeys(key string, h *content.Hook) {
	if h.Kind == "" {
		return
	}
	for _, k := range []struct {
		name  string
		named bool
	}{
		{"form", h.Form != ""}, {"fields", h.Fields != nil}, {"service_label", h.ServiceLabel != ""}, {"visibility", h.Visibility != ""}, {"states", h.States != nil}, {"title", h.Title != nil}, {"text", h.Text != nil},
		{"signature", h.Signature != nil}, {"token", h.Token != nil}, {"id", h.ID != ""}, {"at", h.At != ""}, {"incident", h.Incident != nil},
	} {
		if k.named && !slices.Contains(hookKeys[h.Kind], k.name) {
			known := append([]string{"name", "kind", "secret"}, hookKeys[h.Kind]...)
			c.error(hooksFile, key+"."+k.name+"~", content.CodeUnknownKey, "its keys: "+strings.Join(known, ", "), "%s.%s: unknown key in a hook of kind %s", key, k.name, h.Kind)
		}
	}
}

// mapping checks how a hook of kind json reads a body.
func (c *checker) mapping(key string, h *content.Hook) {
	const either = "write incident: … where it tells of incidents, or form: … and fields: … where it makes tickets"
	switch {
	case h.Incident != nil && h.Form != "":
		c.error(hooksFile, key+".form~", content.CodeValue, either, "%s: both incident and form", key)
	case h.Incident == nil && h.Form == "" && !c.words.misread[hooksFile]:
		c.error(hooksFile, key, content.CodeMissingKey, either, "%s: neither incident nor form", key)
	case h.Form != "" && h.Fields == nil && !c.words.misread[hooksFile]:
		c.error(hooksFile, key, content.CodeMissingKey, "add fields: {…}, by the ids of the form's fields", "%s: a form without fields", key)
	case h.Form == "" && h.Fields != nil:
		c.error(hooksFile, key+".fields~", content.CodeValue, either, "%s: fields without form", key)
	}
	for name, named := range map[string]bool{"at": h.At != "", "visibility": h.Visibility != ""} {
		if named && h.Incident == nil && h.Form != "" {
			c.warn(hooksFile, key+"."+name+"~", content.CodeNoEffect, "take it out", "%s.%s: changes nothing: it is of incidents", key, name)
		}
	}
	c.mappedProof(key, h)
	c.mappedFields(key+".fields", h)
	if h.Incident != nil {
		c.mappedIncident(key+".incident", h.Incident)
	}
}

// headerName matches a field name (RFC 9110, 5.1).
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

func (c *checker) mappedProof(key string, h *content.Hook) {
	if h.Signature != nil && h.Token != nil {
		c.error(hooksFile, key+".token~", content.CodeValue, "keep the one that its sender has", "%s: both signature and token", key)
	}
	if h.Signature != nil {
		c.header(key+".signature.header", h.Signature.Header)
	}
	if h.Token != nil {
		c.header(key+".token.header", h.Token.Header)
	}
}

func (c *checker) header(key, name string) {
	if name != "" && !headerName.MatchString(name) {
		c.error(hooksFile, key, content.CodeValue, "write its name alone, such as X-Signature-256", "%s: %q is no name of a header", key, name)
	}
}

// mappedFields finds fields that the form does not have, and files, which no JSON body has.
func (c *checker) mappedFields(key string, h *content.Hook) {
	i := slices.IndexFunc(c.Forms, func(f *content.Form) bool { return f.ID == h.Form })
	if i < 0 || c.words.misread["forms/"+h.Form+".yaml"] {
		return
	}
	fields := names{what: "field", where: "forms/" + h.Form + ".yaml has "}
	for _, f := range c.Forms[i].Fields {
		if f.Type != content.FileField {
			fields.known = append(fields.known, f.ID)
		}
	}
	for _, f := range h.Fields {
		c.reference(hooksFile, key+"."+f.Key+"~", f.Key, fields, content.Error)
	}
}

func (c *checker) mappedIncident(key string, m *content.HookIncident) {
	for _, s := range m.Services {
		c.service(hooksFile, key+".services."+s.Key, s.Value)
	}
	const hint = "write a pointer between the braces, such as {/monitor/name}"
	c.template(key+".title", m.Title, hint, checkPointer)
	c.template(key+".text", m.Text, hint, checkPointer)
}

// template finds a name in braces that is none of its kind.
func (c *checker) template(key string, text content.Text, hint string, check func(name string) error) {
	for _, of := range text.Entries() {
		for _, name := range content.Placeholders(of.Value.(string)) {
			if err := check(name); err != nil {
				c.error(hooksFile, key, content.CodeValue, hint, "%s: %v", key, err)
			}
		}
	}
}

func checkPointer(name string) error {
	_, err := content.ParsePointer(name)
	return err
}

// checkLabel finds what other templates write, {{ .Labels.instance }}. Labels may have any name
// but for that.
func checkLabel(name string) error {
	if strings.TrimSpace(name) != name || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "$") {
		return fmt.Errorf("%q is no name of a label", name)
	}
	return nil
}
