import { connect } from '../graph.ts';
import { MyPageDocument } from '../generated/graphql.ts';

// Everything about me in one request, with full types: node clients/examples/my-page.ts [persona] [origin]
const [persona = 'citizen-l2', origin = 'http://127.0.0.1:4000'] = process.argv.slice(2);

const login = await fetch(`${origin}/dev/token`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ persona }),
});
const { access_token: token } = (await login.json()) as { access_token?: string };
if (!token) throw new Error(`No token for ${persona}: ${login.status}`);

const { data, errors } = await connect(origin, token).ask(MyPageDocument, { licences: 5 });

const me = data?.me;
console.log(`${me?.name ?? '—'} (${me?.assurance ?? '—'}), ${me?.division?.path.map(({ name }) => name).join(' › ') ?? '—'}`);
for (const licence of me?.licences?.nodes ?? []) {
  console.log(`  证照  ${licence.name} ${licence.maskedNumber ?? ''}${licence.expired ? '（已过期）' : ''}`);
}
for (const found of me?.cases?.nodes ?? []) {
  console.log(`  办件  ${found?.item?.name ?? found?.itemName ?? '—'}: ${found?.state ?? '—'}, ${found?.clock?.dueOn ?? '—'}`);
}
for (const notice of me?.paymentNotices?.nodes ?? []) {
  console.log(`  缴费  ${notice.noticeNumber}: ¥${(notice.amount / 100).toFixed(2)}, ${notice.expiresOn ?? '—'}`);
}
for (const error of errors)
  console.log(
    `  缺失  ${error.path?.join('.')}: ${String(error.extensions?.['code'])} ${String(error.extensions?.['system'] ?? '')}`,
  );
