import { createHash, randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { createBrowser, type Browser } from './browser.ts';

interface Reachable {
  readonly origin: string;
}

/** Proof Key for Code Exchange: what the page keeps, and what it shows. */
export function proofKey(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Where an application wants its user back; nobody need listen there: the browser follows no redirect by itself. */
export const CALLBACK = 'http://127.0.0.1:8999/callback';

/** What an application does to send its user to us. */
export function askedFor(graph: Reachable, { verifier, challenge } = proofKey(), further: Record<string, string> = {}) {
  const parameters = {
    ...{ client_id: 'development', response_type: 'code', scope: 'openid', redirect_uri: CALLBACK, state: 's1', nonce: 'n1' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    ...further,
  };
  return { verifier, address: `${graph.origin}/oauth/authorize?${new URLSearchParams(parameters)}` };
}

/** Follows the way until it leads to the login page. */
export async function toLoginPage(browser: Browser, address: string): Promise<URL> {
  const begun = await browser.open(address);
  expect(begun.status).toBe(303);
  const page = await browser.open(begun.location ?? '');
  if (!page.location) throw new Error(`No login page: ${page.text}`);
  return page.location;
}

/** Chooses a test identity there, and gives the address that the browser is sent back to. */
export async function choose(browser: Browser, page: URL, persona: string): Promise<URL> {
  expect((await browser.open(page)).text).toContain(`value="${persona}"`);
  const { location } = await browser.open(page, { persona });
  if (!location) throw new Error('The login page sent nobody back.');
  return location;
}

/** Follows the way back to the application, which gets these parameters. */
export async function backToApplication(browser: Browser, back: URL): Promise<URLSearchParams> {
  const returned = await browser.open(back);
  const resumed = await browser.open(returned.location ?? '');
  expect(resumed.location?.href).toMatch(CALLBACK);
  return resumed.location?.searchParams ?? new URLSearchParams();
}

/** What an application does with its code. */
export const exchange = async (graph: Reachable, code: string, further: Record<string, string>) => {
  const form = { client_id: 'development', grant_type: 'authorization_code', redirect_uri: CALLBACK, code, ...further };
  const response = await fetch(`${graph.origin}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  const answer = (await response.json()) as Record<string, string>;
  return { status: response.status, ...answer } as { status: number; access_token?: string; id_token?: string; error?: string };
};

/** The whole way of one user: the code that his application gets. */
export async function codeFor(graph: Reachable, persona: string, further: Record<string, string> = {}) {
  const browser = createBrowser();
  const { verifier, address } = askedFor(graph, proofKey(), further);
  const back = await choose(browser, await toLoginPage(browser, address), persona);
  const parameters = await backToApplication(browser, back);
  return { verifier, parameters, code: parameters.get('code') ?? '' };
}
