package content
import ("testing";"os";"fmt")
func TestTmp(t *testing.T){ for _, d := range []string{"marketplace","webshop","servicedesk","plugins"} { tr := Load(os.DirFS("sample/"+d)); fmt.Println(d, len(tr.Incidents), len(tr.Maintenance), len(tr.Tickets), len(tr.Sections), len(tr.Forms))
 ps := append([]Problem{}, tr.setupProblems...); for _, e := range tr.entries { ps = append(ps, e.problems...) }; for i, p := range ps { if i < 12 {fmt.Println(p)} } } }
