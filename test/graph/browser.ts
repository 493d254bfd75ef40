interface Page {
  readonly status: number;
  /** Where it sends the browser on to; null when it shows something. */
  readonly location: URL | null;
  readonly text: string;
}

/** A browser as far as signing in needs one: it keeps cookies by host and path, and follows no redirect by itself. */
export function createBrowser() {
  const jar = new Map<string, { value: string; path: string }>();
  return {
    open: async (address: string | URL, form?: Record<string, string>): Promise<Page> => {
      const url = new URL(address);
      const cookie = [...jar]
        .filter(([key, { path }]) => key.startsWith(`${url.host} `) && url.pathname.startsWith(path))
        .map(([key, { value }]) => `${key.split(' ')[1]}=${value}`)
        .join('; ');
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { cookie, accept: 'text/html' },
        ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
      });
      for (const line of response.headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split('; ');
        const [name, value = ''] = pair.split('=');
        const path = attributes.find((attribute) => attribute.startsWith('path='))?.slice(5) ?? '/';
        jar.set(`${url.host} ${name}`, { value, path });
      }
      const location = response.headers.get('location');
      return {
        status: response.status,
        location: location === null ? null : new URL(location, url),
        text: await response.text(),
      };
    },
  };
}

export type Browser = ReturnType<typeof createBrowser>;
