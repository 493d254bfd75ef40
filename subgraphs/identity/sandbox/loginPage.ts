import { jsonReply } from '../../../kernel/sandbox/gateway.ts';
import type { SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';

interface Choice {
  readonly id: string;
  readonly title: string;
}

/**
 * A login page where the tester chooses who he is [modelled]: a browser gets a page of buttons and, after one was pressed, is
 * redirected with a code; a program posts `{"persona": …}` as JSON and gets the same address as `redirect`.
 *
 * @param redirectUri Where the registered client wants the browser back, with its own parameters.
 * @param codeFor Makes a code that stands for the choice; null when there is no such choice.
 */
export function loginPage(
  request: SandboxRequest,
  choices: readonly Choice[],
  redirectUri: string,
  codeFor: (persona: string) => string | null,
): SandboxReply {
  if (request.method === 'GET') return { headers: HTML, body: page(choices) };
  const json = request.headers['content-type']?.includes('json') ?? false;
  const code = codeFor(json ? personaInJson(request.body) : (new URLSearchParams(request.body).get('persona') ?? ''));
  if (code === null) return jsonReply({ errcode: 40401, errmsg: '测试用户不存在' });
  const redirect = withParameter(redirectUri, 'code', code);
  return json ? jsonReply({ redirect }) : { status: 302, headers: { location: redirect }, body: '' };
}

/** The address with one more parameter; as it is without a value. */
export const withParameter = (address: string, name: string, value: string | undefined): string =>
  value === undefined ? address : `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams({ [name]: value })}`;

const HTML = { 'content-type': 'text/html; charset=utf-8' };

const page = (choices: readonly Choice[]): string =>
  `<!doctype html><html lang="zh"><title>统一身份认证（模拟）</title><h1>选择测试身份 · Choose a test identity</h1><form method="post">${choices
    .map(({ id, title }) => `<p><button name="persona" value="${id}">${title}</button></p>`)
    .join('')}</form></html>`;

function personaInJson(body: string): string {
  try {
    const { persona } = JSON.parse(body) as { persona?: unknown }; // a tester's own request; anything but a text is no persona
    return typeof persona === 'string' ? persona : '';
  } catch {
    return '';
  }
}
