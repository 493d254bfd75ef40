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
# 令牌 · A token:  curl -s -X POST localhost:4000/dev/token -H 'content-type: application/json' -d '{"persona":"citizen-l2"}'
# 放进下方 Headers · Put it below under Headers:  {"authorization": "Bearer …"}
query FindItem {
  searchServiceItems(keyword: "登记", first: 5) {
    totalCount
    nodes { code name }
  }
}
`;

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>梅江一张图 · The Meijiang graph</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/explorer/graphiql.css">
<style>html, body, #explorer { height: 100%; margin: 0 }</style>
</head>
<body>
<div id="explorer"></div>
<script src="/explorer/react.js"></script>
<script src="/explorer/react-dom.js"></script>
<script src="/explorer/graphiql.js"></script>
<script>
ReactDOM.createRoot(document.getElementById('explorer')).render(React.createElement(GraphiQL, {
  fetcher: GraphiQL.createFetcher({ url: '/graphql', enableIncrementalDelivery: false }),
  defaultEditorToolsVisibility: 'headers',
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
  const asset = path.startsWith('/explorer/') ? ASSETS[path.slice('/explorer/'.length)] : undefined;
  if (!asset) return false;
  response.writeHead(200, { 'content-type': `${asset.type}; charset=utf-8`, 'cache-control': 'max-age=3600' });
  response.end(readFileSync(asset.file()));
  return true;
}
