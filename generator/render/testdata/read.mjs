// Reads feeds by rss-parser: from the files that are named as JSON to what it made of each, as JSON.
import { readFileSync } from "node:fs";
import Parser from "rss-parser";

const parser = new Parser();
const read = [];
for (const file of JSON.parse(process.argv[2])) {
  const feed = await parser.parseString(readFileSync(file, "utf8"));
  const items = feed.items.map((i) => ({ id: i.id ?? i.guid, title: i.title, link: i.link, at: i.isoDate, content: i["content:encoded"] ?? i.content ?? "" }));
  read.push({ title: feed.title, link: feed.link, items });
}
console.log(JSON.stringify(read));
