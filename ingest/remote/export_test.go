package remote

import "context"

// Check fetches and returns a Foreign where commits are not pushed that are not balie's own. It
// changes nothing else.
func (r *Remote) Check(ctx context.Context) error {
	s, err := r.fetch(ctx)
	if err != nil {
		return err
	}
	_, err = r.unpushed(ctx, s)
	return err
}
