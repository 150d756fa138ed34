package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"balie/content"
)

// TestAlertmanager lets a real Alertmanager open an incident and resolve it.
func TestAlertmanager(t *testing.T) {
	program, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		if os.Getenv("BALIE_ALERTMANAGER") == "required" {
			t.Fatal(err)
		}
		t.Skip("prometheus-alertmanager is not installed: apt-get install prometheus-alertmanager")
	}
	t.Setenv("BALIE_HOOK_TEST", "a-secret")
	r := serveSample(t, "plugins")
	r.edit("hooks.yaml", "- {name: alerts, kind: alertmanager, secret: {env: BALIE_HOOK_TEST}, service_label: service, visibility: public}\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "hooks")
	r.until("the hook is there", func() bool { return r.live.Current().Tree.Hook("alerts") != nil })
	var services []string
	r.live.Current().Tree.EachService(func(_, s *content.Service) { services = append(services, s.ID) })

	address := startAlertmanager(t, program, "http://"+r.addr+r.paths()[0]+"/hooks/alerts")
	begin := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
	tell := func(alerts string) {
		r.soon("Alertmanager takes it", func() bool {
			answer, err := http.Post("http://"+address+"/api/v2/alerts", "application/json", bytes.NewBufferString("["+alerts+"]"))
			if err != nil {
				return false
			}
			answer.Body.Close()
			return answer.StatusCode == http.StatusOK
		})
	}
	alert := func(service, more string) string {
		return fmt.Sprintf(`{"labels":{"alertname":"Down","service":%q},"startsAt":%q%s}`, service, begin, more)
	}
	incident := func() *content.Incident {
		for _, i := range r.live.Current().Tree.Incidents {
			if i.Source != nil && i.Source.Hook == "alerts" {
				return i
			}
		}
		return nil
	}
	has := func(kind content.Kind) func() bool {
		return func() bool {
			i := incident()
			return i != nil && i.Events[len(i.Events)-1].Kind == kind
		}
	}
	tell(alert(services[0], ""))
	r.until("it is open", func() bool { return incident() != nil })
	r.until("its page is there", r.has("http://"+r.addr+r.paths()[0]+"/"+incident().Dir+"/"))
	tell(alert(services[0], fmt.Sprintf(`,"endsAt":%q`, time.Now().UTC().Format(time.RFC3339))))
	r.until("it is resolved", has(content.Resolved))
	if i := incident(); i.At(r.clock().Add(time.Minute)).Open {
		t.Errorf("its events: %v", i.Events)
	}
}

// startAlertmanager runs Alertmanager on loopback, which posts to an address, and returns where it
// listens.
func startAlertmanager(t *testing.T, program, post string) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	l.Close()
	dir := t.TempDir()
	file := filepath.Join(dir, "alertmanager.yml")
	config := fmt.Sprintf(`route: {receiver: balie, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: balie, webhook_configs: [{url: %q, http_config: {authorization: {credentials: a-secret}}}]}]
`, post)
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	c := exec.Command(program, "--config.file="+file, "--storage.path="+filepath.Join(dir, "data"), "--web.listen-address="+address, "--cluster.listen-address=")
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
		if t.Failed() {
			t.Logf("Alertmanager: %s", log.String())
		}
	})
	return address
}
