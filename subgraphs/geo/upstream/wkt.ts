import { list, string, unexpected, type Parse } from '../../../kernel/parse.ts';
import { ring, type MultiPolygon } from './geometry.ts';

/**
 * `MULTIPOLYGON(((lon lat, lon lat, …), …), …)` or `POLYGON((…), …)` in well-known text, as GeoJSON.
 *
 * The two notations differ in brackets and commas only, so the text is rewritten and then parsed like any other answer.
 *
 * @see OGC 06-103r4, clause 7
 */
export const wktMultiPolygon: Parse<MultiPolygon> = (value, place) => {
  const [, kind, body = ''] = /^\s*(MULTIPOLYGON|POLYGON)\s*(\([\s\d.,()+-]*\))\s*$/i.exec(string(value, place)) ?? [];
  if (kind === undefined) return unexpected(place, 'MULTIPOLYGON or POLYGON in well-known text');
  const lists = body
    .replaceAll(/([\d.+-]+)\s+([\d.+-]+)/g, '[$1,$2]')
    .replaceAll('(', '[')
    .replaceAll(')', ']');
  const coordinates: unknown = parsed(kind.toUpperCase() === 'POLYGON' ? `[${lists}]` : lists, place);
  return { type: 'MultiPolygon', coordinates: list(list(ring))(coordinates, place) };
};

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return unexpected(place, 'well-known text with balanced brackets');
  }
}
