/** What the palette can do besides finding: views, families, themes, owners. Pure but for the store's actions. */

import type { Actions, State } from '../../state/store.ts';
import { changesOf, programChoices } from '../whatif/choices.ts';

export interface PaletteCommand {
  readonly id: string;
  readonly title: string;
  /** Other words by which it is found. */
  readonly words: string;
  readonly run: () => void;
}

const FAMILIES = { ip: 'IPv4', ip6: 'IPv6', bridge: 'bridge', arp: 'ARP' } as const;
const THEMES = { system: 'as the system', light: 'light', dark: 'dark' } as const;

/** Only what changes something now: not the present view, family or theme. */
export function paletteCommands(state: State & Actions): PaletteCommand[] {
  const commands: PaletteCommand[] = [];
  if (state.view !== 'hooks')
    commands.push({
      id: 'view hooks',
      title: 'Show the hook map',
      words: 'view hooks map',
      run: () => state.setView('hooks'),
    });
  if (state.view !== 'chain')
    commands.push({
      id: 'view chain',
      title: 'Show the chain',
      words: 'view chain rules table',
      run: () => state.setView('chain'),
    });
  if (state.view !== 'trace')
    commands.push({
      id: 'view trace',
      title: 'Show the trace',
      words: 'view trace packet',
      run: () => state.setView('trace'),
    });
  if (state.view !== 'cost')
    commands.push({
      id: 'view cost',
      title: 'Show the cost',
      words: 'view cost evaluations verdict map reload',
      run: () => state.setView('cost'),
    });
  for (const { family } of state.overview?.maps ?? []) {
    if (family === state.family) continue;
    commands.push({
      id: `family ${family}`,
      title: `Show ${FAMILIES[family]}`,
      words: `family ${family}`,
      run: () => state.setFamily(family),
    });
  }
  for (const panel of ['source', 'findings'] as const) {
    const verb = state.panels[panel] ? 'Hide' : 'Show';
    commands.push({
      id: `panel ${panel}`,
      title: `${verb} the ${panel}`,
      words: `panel ${panel}`,
      run: () => state.togglePanel(panel),
    });
  }
  for (const theme of ['light', 'dark', 'system'] as const) {
    if (theme === state.theme) continue;
    commands.push({
      id: `theme ${theme}`,
      title: `Theme: ${THEMES[theme]}`,
      words: `theme ${theme} colours`,
      run: () => state.setTheme(theme),
    });
  }
  commands.push(...askCommands(state));
  if (state.dimmed.length > 0) {
    commands.push({
      id: 'owners',
      title: 'Show all owners',
      words: 'owners filter legend',
      run: () => state.showAllOwners(),
    });
  }
  for (const document of state.documents) {
    if (document.id === state.active || state.documents.length < 2) continue;
    commands.push({
      id: `document ${document.id}`,
      title: `Show ${document.name} in the source`,
      words: 'dump file source',
      run: () => state.activate(document.id),
    });
  }
  const undone = state.history.done.at(-1);
  if (undone)
    commands.push({
      id: 'undo',
      title: `Undo ${undone.what}`,
      words: 'undo back',
      run: () => state.undo(),
    });
  const again = state.history.undone.at(-1);
  if (again)
    commands.push({
      id: 'redo',
      title: `Do again: ${again.what}`,
      words: 'redo again',
      run: () => state.redo(),
    });
  if (state.selection !== null) {
    commands.push({
      id: 'deselect',
      title: 'Select nothing',
      words: 'deselect clear selection',
      run: () => state.select(null, 'search'),
    });
  }
  return commands;
}

/** Questions to the prover: what if a program's rules stood elsewhere, and what becomes of packets. */
function askCommands(state: State & Actions): PaletteCommand[] {
  if (!state.overview) return [];
  const commands: PaletteCommand[] = [
    {
      id: 'reachability',
      title: 'Reachability: what becomes of packets…',
      words: 'who can reach port what can address reach prefixes',
      run: () => state.setPacketsOpen(true),
    },
  ];
  for (const choice of programChoices(state.overview)) {
    for (const { id, verb, change } of changesOf(choice, null)) {
      commands.push({
        id: `what if ${choice.program} ${id}`,
        title: `What if ${choice.name} ${verb}?`,
        words: `what-if suppose order without ${choice.program}`,
        run: () => state.suppose(change),
      });
    }
  }
  if (state.supposed.history.length > 0) {
    commands.push({
      id: 'what if clear',
      title: 'Clear the what-if',
      words: 'what-if suppose order',
      run: () => state.clearSupposed(),
    });
  }
  return commands;
}

/** Every word of the query must begin somewhere in the command's words. */
export function matchCommands(commands: readonly PaletteCommand[], query: string): readonly PaletteCommand[] {
  const wanted = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return commands.filter(({ title, words }) =>
    wanted.every((word) => `${title} ${words}`.toLowerCase().includes(word)),
  );
}
