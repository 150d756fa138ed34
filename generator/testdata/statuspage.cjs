// Reads the status API at an address by statuspage.js, and prints what it understood.
const { Statuspage } = require("statuspage.js");

(async () => {
  const page = new Statuspage("desk");
  page.axios.defaults.baseURL = process.argv[2] + "/api/v2";
  const { summary, status, components, all, open, maintenance, upcoming, active } = Object.fromEntries(
    await Promise.all(
      Object.entries({
        summary: page.summary(),
        status: page.status(),
        components: page.components(),
        all: page.allIncidents(),
        open: page.unresolvedIncidents(),
        maintenance: page.allScheduledMaintenances(),
        upcoming: page.upcomingScheduledMaintenances(),
        active: page.activeScheduledMaintenances(),
      }).map(async ([name, asked]) => [name, await asked]),
    ),
  );
  const first = open.incidents[0];
  console.log(
    JSON.stringify({
      page: summary.page.name,
      indicator: status.status.indicator,
      same: summary.status.indicator === status.status.indicator,
      incident: first.name,
      status: first.status,
      impact: first.impact,
      minutes: (summary.page.updated_at - first.created_at) / 60000,
      updates: first.incident_updates.map((u) => u.status),
      touched: first.components.map((c) => c.name + ": " + c.status),
      troubled: components.components.filter((c) => !c.group && c.status !== "operational").map((c) => c.name + ": " + c.status),
      grouped: components.components.filter((c) => c.group).flatMap((c) => c.components).length,
      counts: [all.incidents, open.incidents, maintenance.scheduled_maintenances, upcoming.scheduled_maintenances, active.scheduled_maintenances].map((l) => l.length),
      plannedFor: upcoming.scheduled_maintenances[0].scheduled_for.toISOString(),
    }),
  );
})();
