import { connect } from '../graph.ts';
import { MyPageDocument } from '../generated/graphql.ts';

// Everything about me in one request, with full types: node clients/examples/my-page.ts [persona] [origin]
const [persona = 'citizen-l2', origin = 'http://127.0.0.1:4000'] = process.argv.slice(2);

const login = await fetch(`${origin}/dev/token`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ persona }),
});
const { access_token: token } = await login.json();
