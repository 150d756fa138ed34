package themes

import (
	"slices"
	"text/template/parse"
)

// use is one place where a template names a message or a partial.
type use struct {
	template string // the name of the file, without folder and ending
	name     string
	message  bool
	at       int // where in the file, in bytes
}

func (t *Theme) uses() []use {
	var found []use
	for _, set := range t.source.Templates() {
		if set.Tree == nil || set.Tree.Root == nil {
			continue
		}
		walk(set.Tree.Root, func(n parse.Node) {
			if u, ok := used(n); ok {
				u.template = set.Tree.ParseName
				found = append(found, u)
			}
		})
	}
	return found
}

// used reads {{template "name"}} and the functions whose first argument is a fixed name.
func used(n parse.Node) (use, bool) {
	if call, ok := n.(*parse.TemplateNode); ok {
		return use{name: call.Name, at: int(call.Pos)}, true
	}
	cmd, ok := n.(*parse.CommandNode)
	if !ok || len(cmd.Args) < 2 {
		return use{}, false
	}
	function, ok := cmd.Args[0].(*parse.IdentifierNode)
	name, fixed := cmd.Args[1].(*parse.StringNode)
	if !ok || !fixed || !slices.Contains([]string{"t", "say", "partial", "partialCached", "join"}, function.Ident) {
		return use{}, false
	}
	return use{name: name.Text, message: function.Ident == "t" || function.Ident == "say", at: int(name.Pos)}, true
}

// walk visits every node of a parsed template.
func walk(n parse.Node, visit func(parse.Node)) {
	if n == nil {
		return
	}
	visit(n)
	for _, child := range children(n) {
		walk(child, visit)
	}
}

func children(n parse.Node) []parse.Node {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		return n.Nodes
	case *parse.ActionNode:
		return []parse.Node{n.Pipe}
	case *parse.TemplateNode:
		if n.Pipe == nil {
			return nil
		}
		return []parse.Node{n.Pipe}
	case *parse.PipeNode:
		return nodes(n.Cmds)
	case *parse.CommandNode:
		return n.Args
	case *parse.IfNode:
		return branch(&n.BranchNode)
	case *parse.RangeNode:
		return branch(&n.BranchNode)
	case *parse.WithNode:
		return branch(&n.BranchNode)
	}
	return nil
}

func branch(n *parse.BranchNode) []parse.Node {
	list := []parse.Node{n.Pipe, n.List}
	if n.ElseList != nil {
		list = append(list, n.ElseList)
	}
	return list
}

func nodes[N parse.Node](list []N) []parse.Node {
	out := make([]parse.Node, len(list))
	for i, n := range list {
		out[i] = n
	}
	return out
}
