/**
 * A document (what a user pasted or dropped) to its dumps: repaired, split into listings, each parsed by its format. Never throws on input, and
 * never loses text: what nobody understands becomes a dump of format `unknown` with a diagnostic that says what it looks like.
 */
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import { span } from '../base/span.ts';
import type { Dump } from '../model/ruleset.ts';
import { detectArptablesList } from './foreign-list/parse.ts';
import type { Format, ParseOptions } from './format.ts';
import { detectFormat, FORMATS } from './formats.ts';
import { firstHeader, isFamilyUnknown } from './iptables-save/detect.ts';
import { familyOfName } from './iptables-save/header.ts';
import { type Section, splitSections } from './sections.ts';
import { cleanText } from './text/clean.ts';
import { hintOfName } from './text/command-hint.ts';
import { separateSources } from './text/prefixes.ts';
import { describeUnknown } from './text/unknown.ts';

const HEAD = 1 << 16;

/**
 * The dumps of one document, in the order of its text, at least one. `document` is its position in the workspace; `name` a hint at family and
 * backend. Lines of several hosts in one text (`[node-1] ...`) are read host by host. Cost: linear in the text.
 */
export function readDocument(document: number, name: string, text: string, options: ParseOptions = {}): Dump[] {
  const parts = separateSources(text);
  if (!parts) return readText(document, name, text, options);
  return parts.flatMap(({ source, text: part }) =>
    withinPart(readText(document, `${name} (${source})`, part, options), part),
  );
}

/** A part of a text is its source's lines: the first dump begins and the last one ends with them. */
function withinPart(dumps: readonly Dump[], part: string): Dump[] {
  const first = Math.max(0, part.search(/\S/));
  const last = part.trimEnd().length;
  return dumps.map((dump) => ({
    ...dump,
    start: Math.max(dump.start, first),
    end: Math.max(first, Math.min(dump.end, last)),
  }));
}

function readText(document: number, name: string, text: string, options: ParseOptions): Dump[] {
  const foreign = describeUnknown(text);
  if (foreign?.certain) return [unknownDump(document, name, text, text, [foreign.diagnostic])];
  const cleaned = cleanText(text);
  const { source } = cleaned;
  const { codes, lineEnds } = source;
  const sections = splitSections(source, text);
  const read: ParseOptions = { ...options, name: options.name ?? name, codes, lineEnds };
  if (sections.length === 0) {
    const whole: Section = { kind: 'tables', start: 0, end: text.length, command: null };
    const format = detectFormat(source.text.slice(0, HEAD));
    if (!format) {
      const said = foreign?.diagnostic ?? noFormat(text);
      return [unknownDump(document, name, text, source.text, [said, ...cleaned.repairs])];
    }
    return [readSection(document, name, source.text, whole, 0, format, read, cleaned.repairs)];
  }
  const dumps: Dump[] = [];
  for (const [index, section] of sections.entries()) {
    const last = index === sections.length - 1;
    const repairs = cleaned.repairs.filter(
      ({ span }) => (index === 0 || span.start >= section.start) && (last || span.start < section.end),
    );
    const format = formatOf(source.text, section, name);
    const share = progressShare(options, section, text.length);
    const command = section.command ?? (sections.length === 1 ? hintOfName(name) : null);
    const start = index === 0 ? 0 : section.start;
    dumps.push(
      readSection(
        document,
        name,
        source.text,
        section,
        start,
        format,
        { ...read, ...share, ...(command ? { command } : {}) },
        repairs,
      ),
    );
  }
  return dumps;
}

/** Progress of one section as progress of the document. */
function progressShare({ onProgress }: ParseOptions, { start, end }: Section, length: number): ParseOptions {
  if (!onProgress || length === 0) return {};
  return { onProgress: (fraction) => onProgress((start + fraction * (end - start)) / length) };
}

function formatById(id: Format['id']): Format {
  return FORMATS.find((format) => format.id === id) as Format;
}

function headOf(text: string, { start, end }: Section): string {
  return text.slice(start, Math.min(end, start + HEAD));
}

function formatOf(text: string, section: Section, name: string): Format {
  switch (section.kind) {
    case 'nft':
    case 'nft-json':
    case 'shell':
    case 'ebtables-list':
    case 'ipset-list':
    case 'nft-trace':
    case 'xtables-trace':
    case 'kernel-trace':
      return formatById(section.kind);
    case 'list':
      return formatById(detectArptablesList(headOf(text, section)) > 0 ? 'arptables-list' : 'iptables-list');
    case 'ipset':
      return formatById('ipset-save');
    case 'tables': {
      const head = headOf(text, section);
      const tool = section.command?.tool ?? null;
      // What the rules say counts more than a command that may be of another listing.
      const told = tool === 'arptables' || tool === 'ebtables' || isFamilyUnknown(head);
      if (tool !== null && told && firstHeader(head) === null) return formatById(`${tool}-save`);
      if (isFamilyUnknown(head) && familyOfName(name) === 'ip6') return formatById('ip6tables-save');
      const best = FORMATS.filter(({ id }) => id.endsWith('tables-save')).reduce((a, b) =>
        b.detect(head) > a.detect(head) ? b : a,
      );
      return best;
    }
  }
}

function readSection(
  document: number,
  name: string,
  text: string,
  section: Section,
  start: number,
  format: Format,
  options: ParseOptions,
  repairs: readonly Diagnostic[],
): Dump {
  const { tables, ipsets, diagnostics, traces } = format.parse(text, section.start, section.end, options);
  if (
    tables.length === 0 &&
    ipsets.length === 0 &&
    !traces?.length &&
    !diagnostics.some(({ severity }) => severity === 'error')
  ) {
    const at = section.start + Math.max(0, text.slice(section.start, section.end).search(/\S/));
    const message = `This ${format.label} listing is empty: it holds no table and no set.`;
    diagnostics.push(diagnostic('info', 'empty-listing', message, span(at, Math.min(section.end, at + 1))));
  }
  const before = start < section.start ? skipped(text, start, section.start) : null;
  return {
    index: 0,
    document,
    name,
    format: format.id,
    text,
    start,
    end: section.end,
    diagnostics: [...repairs, ...(before ? [before] : []), ...diagnostics],
    tables,
    ipsets,
    ...(traces ? { traces } : {}),
  };
}

/** Text in front of the first listing: kept in the dump's span, and told if it is more than blanks and comments. */
function skipped(text: string, start: number, end: number): Diagnostic | null {
  let at = start;
  while (at < end) {
    let eol = text.indexOf('\n', at);
    if (eol < 0 || eol > end) eol = end;
    const line = text.slice(at, Math.min(eol, at + 200)).trim();
    if (line !== '' && !line.startsWith('#')) {
      const from = at + text.slice(at, eol).search(/\S/);
      return diagnostic(
        'info',
        'text-skipped',
        'The text before the first listing is not part of it and is left out.',
        span(from, end),
      );
    }
    at = eol + 1;
  }
  return null;
}

function unknownDump(document: number, name: string, given: string, text: string, diagnostics: Diagnostic[]): Dump {
  return {
    index: 0,
    document,
    name,
    format: 'unknown',
    text,
    start: 0,
    end: given.length,
    diagnostics,
    tables: [],
    ipsets: [],
  };
}

function noFormat(text: string): Diagnostic {
  const first = Math.max(0, text.search(/\S/));
  const eol = text.indexOf('\n', first);
  const labels = FORMATS.map(({ label }) => label).join(', ');
  const message = `No format claims this text. nfscope reads: ${labels}.`;
  return diagnostic('error', 'unknown-format', message, span(first, eol < 0 ? text.length : eol));
}
