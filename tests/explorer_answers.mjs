// Answers of the explorer's modules under node: reads {page, source, queries, words} from standard input, where page is a
// file of HTML and source the folder of the modules; prints the answers as JSON.
import { readFileSync } from "node:fs";

const { page: file, source, queries, words, complete } = JSON.parse(readFileSync(0, "utf8"));
const module = (name) => import(`${source}/${name}.js`);
const { bytes, matrix, open } = await module("data");
const { answers } = await module("answers");
const { path } = await module("path");
const { parse } = await module("query");
const { Completion } = await module("spelling");

const html = readFileSync(file, "utf8");
const text = (id) => html.split(`<script id="${id}"`)[1].split(">").slice(1).join(">").split("</script>")[0];
const head = JSON.parse(text("explorer-head"));
const page = open(head, head.sets.map((_, number) => bytes(text(`explorer-map-${number}`))));
for (const set of page.sets) set.matrix = matrix(set.head, bytes(text(`explorer-rows-${set.number}`)));

const found = queries.map(({ query, set, n }) =>
  answers(page, parse(query), set, n).map((section) => ({
    name: section.name,
    problem: section.problem,
    share: section.share,
    neighbours: section.neighbours.map(({ row, score }) => [section.set.words[row], score]),
  })),
);
const paths = words.map((word) => path(page, word).map(({ set, count, similarity, nearest }) => ({ slice: set.head.name, count, cosine: similarity, nearest })));
const known = new Completion(page.sets.flatMap((set) => set.words));
console.log(JSON.stringify({ found, paths, completed: complete.map((start) => known.complete(start, 5)) }));
