package content
type loaded struct{}
