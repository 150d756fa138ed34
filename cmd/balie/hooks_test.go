package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"balie/content"
)

// TestAnAlert: what a machine posts is an incident on its page and in the feed. What can't be used
// is listed, mended and tried again.
func TestAnAlert(t *testing.T) {
	t.Setenv("BALIE_HOOK_TEST", "a-secret")
	r := serveSample(t, "plugins")
	r.edit("hooks.yaml", "- {name: alerts, kind: alertmanager, secret: {env: BALIE_HOOK_TEST}, service_label: service, visibility: public}\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "hooks")
	r.until("the hook is there", func() bool { return r.live.Current().Tree.Hook("alerts") != nil })

	alert := func(service string) {
		t.Helper()
		body := `{"version":"4","groupKey":"of ` + service + `","status":"firing","alerts":[{"status":"firing","labels":{"service":"` + service + `"},"annotations":{"note":"<script>x</script>"},"startsAt":"2026-11-20T14:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"f"}]}`
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+r.addr+r.paths()[0]+"/hooks/alerts", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer a-secret")
		answer, err := http.DefaultClient.Do(request)
		if err != nil || answer.StatusCode != http.StatusAccepted {
			t.Fatalf("%v %v", answer, err)
		}
		answer.Body.Close()
	}
	var known string
	r.live.Current().Tree.EachService(func(_, s *content.Service) { known = s.ID })
	alert(known)
	opened := func(hook string) (dir string) {
		for _, i := range r.live.Current().Tree.Incidents {
			if i.Source != nil && i.Source.Hook == hook {
				dir = i.Dir
			}
		}
		return dir
	}
	r.until("the incident is there", func() bool { return opened("alerts") != "" })
	r.until("its page is there", r.has("http://"+r.addr+r.paths()[0]+"/"+opened("alerts")+"/"))

	alert("not-yet-a-service")
	var list []asideJSON
	r.soon("it is put aside", func() bool {
		if err := json.Unmarshal([]byte(r.balie("intake", "list", "--state", r.state, "--format", "json")), &list); err != nil {
			t.Fatal(err)
		}
		return len(list) == 1
	})
	if list[0].Hook == nil || *list[0].Hook != "alerts" || list[0].Reason != `services.yaml has no service "not-yet-a-service"` {
		t.Errorf("listed: %+v", list[0])
	}
	if shown := r.balie("intake", "show", "--state", r.state, list[0].ID); !strings.Contains(shown, "not-yet-a-service") {
		t.Errorf("shown: %s", shown)
	}
	shown, err := r.aside(t.Context())
	if err != nil || len(shown) != 1 || shown[0].From != "hook alerts" {
		t.Errorf("for staff: %+v, %v", shown, err)
	}
	services, err := os.ReadFile(filepath.Join(r.dir, "services.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	r.edit("services.yaml", string(services)+"- {id: not-yet-a-service, name: Nieuw}\n")
	r.git("commit", "-qam", "a service")
	r.until("the service is there", func() bool { return r.live.Current().Tree.Service("not-yet-a-service") != nil })
	r.balie("intake", "retry", "--state", r.state, list[0].ID)
	before := opened("alerts")
	r.soon("it is tried again", func() bool { return opened("alerts") != before })
	if left := r.balie("intake", "list", "--state", r.state); left != "" {
		t.Errorf("left: %s", left)
	}
}
