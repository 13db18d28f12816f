/** Small choices (theme, panel sizes) in localStorage. Browsers may forbid it: then the choice lasts as long as the page. */

const fallback = new Map<string, string>();

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return fallback.get(key) ?? null;
  }
}

export function rememberValue(key: string, value: string): void {
  fallback.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // Forbidden or full: `fallback` has it.
  }
}
