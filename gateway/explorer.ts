import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const packageFolder = (name: string): string => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/** Everything the page needs, from installed packages: no address outside the machine. */
const ASSETS: Readonly<Record<string, { readonly type: string; readonly file: () => string }>> = {
  'react.js': { type: 'text/javascript', file: () => join(packageFolder('react'), 'umd/react.production.min.js') },
  'react-dom.js': { type: 'text/javascript', file: () => join(packageFolder('react-dom'), 'umd/react-dom.production.min.js') },
  'graphiql.js': { type: 'text/javascript', file: () => join(packageFolder('graphiql'), 'graphiql.min.js') },
  'graphiql.css': { type: 'text/css', file: () => join(packageFolder('graphiql'), 'graphiql.min.css') },
};

const FIRST_QUERY = `# 梅江一张图 · The Meijiang graph
# 上方选择人物即以其身份提问 · Choose a persona above to ask as him
query FindItem {
  searchServiceItems(keyword: "登记", first: 5) {
    totalCount
    nodes { code name }
  }
  me { name assurance licences(first: 5) { nodes { name maskedNumber } } }
}
`;

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>梅江一张图 · The Meijiang graph</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/explorer/graphiql.css">
<style>
html, body { height: 100%; margin: 0 }
body { display: flex; flex-direction: column; font: 14px system-ui, sans-serif }
header { padding: 8px 16px; background: #f1f3f5 }
#explorer { flex: 1; min-height: 0 }
</style>
</head>
<body>
<header>
  <label>身份 · Ask as <select id="persona"><option value="">匿名 · anonymous</option></select></label>
  <span id="outcome" role="status"></span>
</header>
<div id="explorer"></div>
<script src="/explorer/react.js"></script>
<script src="/explorer/react-dom.js"></script>
<script src="/explorer/graphiql.js"></script>
<script>
let token = null;
const persona = document.getElementById('persona');
const outcome = document.getElementById('outcome');
fetch('/dev/personas').then((reply) => reply.json()).then((personas) => {
  for (const { id, title } of personas) persona.add(new Option(id + ' — ' + title, id));
});
persona.addEventListener('change', async () => {
  token = null;
  outcome.textContent = '';
  if (!persona.value) return;
  const reply = await fetch('/dev/token', { method: 'POST', body: JSON.stringify({ persona: persona.value }) });
  const answer = await reply.json();
  token = answer.access_token ?? null;
  outcome.textContent = token ? '✔' : answer.errors[0].extensions.code + ': ' + answer.errors[0].message;
});
const fetcher = GraphiQL.createFetcher({ url: '/graphql', enableIncrementalDelivery: false });
ReactDOM.createRoot(document.getElementById('explorer')).render(React.createElement(GraphiQL, {
  fetcher: (params, options) =>
    fetcher(params, { ...options, headers: { ...(token ? { authorization: 'Bearer ' + token } : {}), ...options?.headers } }),
  shouldPersistHeaders: false,
  defaultQuery: ${JSON.stringify(FIRST_QUERY)},
}));
</script>
</body>
</html>
`;

/** @returns false when the path is none of the explorer's. */
export function serveExplorer(path: string, response: ServerResponse): boolean {
  if (path === '/explorer') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(PAGE);
    return true;
  }
  const name = path.replace('/explorer/', '');
  const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (!asset) return false;
  response.writeHead(200, { 'content-type': `${asset.type}; charset=utf-8`, 'cache-control': 'max-age=3600' });
  response.end(readFileSync(asset.file()));
  return true;
}
