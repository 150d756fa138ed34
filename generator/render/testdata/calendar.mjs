// Reads calendars by ical.js: from the files that are named as JSON to what it made of each, as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const read = [];
for (const file of JSON.parse(process.argv[2])) {
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
  const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const e = new ICAL.Event(component), value = (name) => component.getFirstPropertyValue(name);
    return {
      uid: e.uid, sequence: e.sequence, stamp: value("dtstamp").toString(), status: value("status"), summary: e.summary, description: e.description,
      start: e.startDate.toJSDate().toISOString(), end: e.endDate.toJSDate().toISOString(), url: value("url"), categories: component.getAllProperties("categories").map((p) => p.getFirstValue()),
    };
  });
  read.push({ name: calendar.getFirstPropertyValue("x-wr-calname"), events });
}
console.log(JSON.stringify(read));
