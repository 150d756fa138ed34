package content

import "testing"

// TestSame: by the platform's id where both have one, else by address, else by phone.
func TestSame(t *testing.T) {
	id, other := Requester{ID: "shop-1"}, Requester{ID: "shop-2"}
	mail, phone := Requester{Email: "jan@x.example"}, Requester{Phone: "+32 470 00 00 00"}
	for _, c := range []struct {
		name string
		a, b Requester
		want bool
	}{
		{"one id", id, id, true},
		{"two ids", id, other, false},
		{"one id, two addresses", Requester{ID: "shop-1", Email: "jan@x.example"}, Requester{ID: "shop-1", Email: "piet@x.example"}, true},
		{"two ids, one address", Requester{ID: "shop-1", Email: "jan@x.example"}, Requester{ID: "shop-2", Email: "jan@x.example"}, false},
		{"one address", mail, mail, true},
		{"one address in other letters", mail, Requester{Email: "Jan@X.example"}, true},
		{"two addresses", mail, Requester{Email: "piet@x.example"}, false},
		{"one of them has an id, one address", Requester{ID: "shop-1", Email: "JAN@x.example"}, mail, true},
		{"one of them has an id, two addresses", Requester{ID: "shop-1", Email: "piet@x.example"}, mail, false},
		{"one has an id, the other an address", id, mail, false},
		{"one phone", phone, phone, true},
		{"two phones", phone, Requester{Phone: "+32 470 00 00 01"}, false},
		{"one phone, one of them has an address", phone, Requester{Phone: phone.Phone, Email: "jan@x.example"}, false},
		{"one phone, one of them has an id", phone, Requester{Phone: phone.Phone, ID: "shop-1"}, false},
		{"one phone, two addresses", Requester{Phone: phone.Phone, Email: "piet@x.example"}, Requester{Phone: phone.Phone, Email: "jan@x.example"}, false},
		{"a name alone", Requester{Name: "Jan"}, Requester{Name: "Jan"}, false},
		{"nothing", Requester{}, Requester{}, false},
	} {
		if c.a.Same(c.b) != c.want || c.b.Same(c.a) != c.want {
			t.Errorf("%s: %v and %v, want %v", c.name, c.a.Same(c.b), c.b.Same(c.a), c.want)
		}
	}
}
