/** The object that a JSON text holds; `null` when it is no JSON or no object. */
export const jsonObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text);
    // An object from JSON has only own text keys, so the record type says no more than what was checked.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** A field of it that must be text and not empty; `null` otherwise. */
export const textField = (object: Readonly<Record<string, unknown>>, name: string): string | null => {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
