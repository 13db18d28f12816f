/**
 * A workspace as a file, `NAME.nfscope.json`: dumps, view and notes, for an issue or a folder. README.md describes it. A file is untrusted input:
 * everything in it is looked at, and what is not understood is refused or left out with a sentence.
 */
import { MOST_DOCUMENTS, shortName } from './brought.ts';
import { type Note, notesFromJson, notesToJson } from './notes.ts';
import { decodeViewState, encodeViewState, type ViewState } from './view-state.ts';

export interface WorkspaceFile {
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  readonly view: ViewState;
  readonly notes: readonly Note[];
}

export type FileResult =
  | ({ readonly ok: true; readonly warnings: readonly string[] } & WorkspaceFile)
  | { readonly ok: false; readonly message: string };

export const FILE_FORMAT = 'nfscope-workspace';
/** The version that is written. */
export const FILE_VERSION = 1;
export const FILE_ENDING = '.nfscope.json';

/** The format's name comes first: `looksLikeWorkspace` reads no more. Cost: linear. */
export function encodeFile({ documents, view, notes }: WorkspaceFile): string {
  const value = {
    format: FILE_FORMAT,
    version: FILE_VERSION,
    view: encodeViewState(view).slice(1),
    notes: notesToJson(notes),
    documents: documents.map(({ name, text }) => ({ name, text })),
  };
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** Whether a text says at its beginning that it is such a file. */
export function looksLikeWorkspace(text: string): boolean {
  return /^\uFEFF?\s*\{\s*"format"\s*:\s*"nfscope-workspace"/.test(text.slice(0, 200));
}

/** Never throws. */
export function decodeFile(text: string): FileResult {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return refuse('it is cut off or damaged: its text is no JSON');
  }
  if (!isRecord(value) || value['format'] !== FILE_FORMAT) return refuse('it is no workspace of nfscope');
  const { version } = value;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return refuse('it has no version');
  if (version > FILE_VERSION) {
    return refuse(
      `a newer nfscope wrote it (version ${version}; this page reads up to ${FILE_VERSION}). Reload the page, or open it with the newer one`,
    );
  }
  return read(value);
}

function read(value: Readonly<Record<string, unknown>>): FileResult {
  const { documents, view, notes } = value;
  if (!Array.isArray(documents) || documents.length === 0) return refuse('it has no dumps');
  if (documents.length > MOST_DOCUMENTS) return refuse(`it has more than ${MOST_DOCUMENTS} dumps`);
  const known: { name: string; text: string }[] = [];
  for (const [at, entry] of documents.entries()) {
    const document = readDocument(entry, at + 1);
    if (document === null) return refuse(`its dump ${at + 1} has no text`);
    known.push(document);
  }
  const { state, warnings } = decodeViewState(typeof view === 'string' ? view.split('&') : []);
  const { name: _, ...shown } = state;
  const read = notesFromJson(notes);
  const more =
    read.left === 0 ? [] : [`${read.left} of the file's notes ${read.left === 1 ? 'was' : 'were'} left out.`];
  const said = warnings.map((warning) =>
    warning.replace('The link’s', 'The file’s').replace("The link's", "The file's"),
  );
  return { ok: true, documents: known, view: shown, notes: read.notes, warnings: [...said, ...more] };
}

function readDocument(entry: unknown, number: number): { name: string; text: string } | null {
  if (!isRecord(entry)) return null;
  const { name, text } = entry;
  if (typeof text !== 'string') return null;
  const written = typeof name === 'string' ? shortName(name.replace(/\p{Cc}/gu, ' ').trim()) : '';
  return { name: written === '' ? `Dump ${number}` : written, text };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(why: string): FileResult {
  return { ok: false, message: `The workspace file cannot be opened: ${why}.` };
}
