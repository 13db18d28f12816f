/** Saves a text as a file on the user's machine, without any server. */
export function download(name: string, text: string, type = 'text/plain'): void {
  saveBlob(name, new Blob([text], { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // Some browsers read the blob only after the click returns.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Several dumps as one text that nfscope takes apart again: comment lines between them are comments in every format. */
export function joinDumps(documents: readonly { readonly name: string; readonly text: string }[]): string {
  const only = documents.length === 1 ? documents[0] : undefined;
  if (only) return only.text;
  return documents
    .map(
      ({ name, text }) => `# ${name.replace(/[\r\n]/g, ' ')}\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}`,
    )
    .join('\n');
}
