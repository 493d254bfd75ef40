import { textFromBase64, textToBase64 } from './base64.ts';
import { jsonObject, textField } from './jsonObject.ts';

/** What the electronic bill platform answers: `S0000` and the business JSON, or a code that begins with `E` and a reason. */
export interface FiscalAnswer {
  readonly result: string;
  readonly message: string;
}

/**
 * Opens the two nested Base64 layers of an answer.
 *
 * @param body `{ "data": Base64 of { "result", "message": Base64 } }`.
 * @returns `null` when a layer is missing or damaged.
 */
export const openFiscalAnswer = (body: string): FiscalAnswer | null => {
  const outer = jsonObject(body);
  const inner = jsonObject(textFromBase64((outer && textField(outer, 'data')) ?? '') ?? '');
  if (inner === null) return null;
  const [result, encoded] = [textField(inner, 'result'), inner['message']];
  const message = typeof encoded === 'string' ? textFromBase64(encoded) : null;
  return result === null || message === null ? null : { result, message };
};

/** The other direction, for a simulated platform. */
export const sealFiscalAnswer = ({ result, message }: FiscalAnswer): string =>
  JSON.stringify({ data: textToBase64(JSON.stringify({ result, message: textToBase64(message) })) });
