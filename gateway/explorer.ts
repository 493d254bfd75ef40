import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Variant } from '../kernel/register.ts';

const packageFolder = (name: string): string => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

interface Asset {
  readonly type: string;
  readonly content: () => string | Buffer;
}

const packaged = (type: string, name: string, file: string): Asset => ({
  type,
  content: () => readFileSync(join(packageFolder(name), file)),
});

/** Everything the page needs, from installed packages: no address outside the machine. */
const ASSETS: Readonly<Record<string, Asset>> = {
  'react.js': packaged('text/javascript', 'react', 'umd/react.production.min.js'),
  'react-dom.js': packaged('text/javascript', 'react-dom', 'umd/react-dom.production.min.js'),
  'graphiql.js': packaged('text/javascript', 'graphiql', 'graphiql.min.js'),
  'graphiql.css': packaged('text/css', 'graphiql', 'graphiql.min.css'),
  'page.js': { type: 'text/javascript', content: () => SCRIPT },
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

const SCRIPT = `let token = null;
const given = document.getElementById('token');
given.addEventListener('change', () => { token = given.value.trim() || null; });
const persona = document.getElementById('persona');
const outcome = document.getElementById('outcome');
// Only in development is there somebody to ask as.
fetch('/dev/personas').then((reply) => (reply.ok ? reply.json() : [])).then((personas) => {
  persona.parentElement.hidden = personas.length === 0;
  for (const { id, title } of personas) persona.add(new Option(id + ' — ' + title, id));
});
persona.addEventListener('change', async () => {
  token = null;
  given.value = '';
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
`;

const pageFor = (variants: readonly Variant[]): string => `<!doctype html>
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
  <span>适用 · For: ${variants.join(', ')}</span>
  <label>令牌 · Token <input id="token" type="password" autocomplete="off"></label>
  <label hidden>身份 · Ask as <select id="persona"><option value="">匿名 · anonymous</option></select></label>
  <span id="outcome" role="status"></span>
</header>
<div id="explorer"></div>
<script src="/explorer/react.js"></script>
<script src="/explorer/react-dom.js"></script>
<script src="/explorer/graphiql.js"></script>
<script src="/explorer/page.js"></script>
</body>
</html>
`;

/** The page runs what it brings and asks this graph, nothing else; the editor writes styles of its own. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  'img-src data:',
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The explorer, for everybody alike: what it shows of the graph follows from the token that its user gives it.
 *
 * @param variants Whom it is for; the paths do not exist when it is for none.
 * @returns false when the path is none of the explorer's.
 */
export function serveExplorer(path: string, response: ServerResponse, variants: readonly Variant[]): boolean {
  if (variants.length === 0) return false;
  if (path === '/explorer') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY });
    response.end(pageFor(variants));
    return true;
  }
  const name = path.replace('/explorer/', '');
  const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (!asset) return false;
  response.writeHead(200, { 'content-type': `${asset.type}; charset=utf-8`, 'cache-control': 'max-age=3600' });
  response.end(asset.content());
  return true;
}
