/** Every key of the page, by place: what the help sheet lists. */

export interface KeyLine {
  /** Pressed one after the other or any of them; `Ctrl+K` is pressed together. */
  readonly keys: readonly string[];
  readonly does: string;
}

export interface KeyGroup {
  readonly title: string;
  readonly lines: readonly KeyLine[];
}

export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    title: 'Anywhere',
    lines: [
      { keys: ['Ctrl+K', '/'], does: 'search chains, rules, Services, addresses, ports, and commands' },
      { keys: ['Alt+←', 'Alt+→'], does: 'back and forth through the places that you looked at' },
      { keys: ['Ctrl+V'], does: 'add what is on the clipboard as a dump' },
      {
        keys: ['Ctrl+Z', 'Ctrl+Shift+Z', 'Ctrl+Y'],
        does: 'undo and redo: dumps, names, notes, what-ifs; in the source its own',
      },
      { keys: ['F2'], does: 'on a dump’s tab: another name' },
      { keys: ['←', '→', '↑', '↓', 'Home', 'End'], does: 'on an edge between panels: move it' },
      { keys: ['Ctrl+Enter', 'Escape'], does: 'in a note: keep it, leave it as it was' },
      { keys: ['?'], does: 'this sheet' },
    ],
  },
  {
    title: 'Hook map',
    lines: [
      { keys: ['↑', '↓'], does: "along the packet's path: cards, segments, rules, marks, notes" },
      { keys: ['←', '→'], does: 'to the neighbouring hook' },
      { keys: ['Home', 'End'], does: 'to the first card, to what is last' },
      { keys: ['Space'], does: 'select' },
      { keys: ['Enter'], does: 'select, and open a card into its rules or a jump into its chain; again closes it' },
      { keys: ['Shift+Enter'], does: 'show in the chain view' },
      { keys: ['+', '−'], does: 'zoom; far in, all cards open into their rules, then into their text' },
      { keys: ['f'], does: 'fit the width; again, the whole map' },
      { keys: ['Shift+F10'], does: 'what can be done with it: trace, copy, a link' },
      { keys: ['Escape'], does: 'select nothing' },
    ],
  },
  {
    title: 'Chain: rules',
    lines: [
      { keys: ['↑', '↓', 'PgUp', 'PgDn', 'Home', 'End'], does: 'through the rules' },
      { keys: ['→', '←'], does: 'open the jump in place, close it' },
      { keys: ['Enter'], does: 'go to the chain that the rule jumps to' },
      { keys: ['Backspace'], does: 'back to the chain before' },
      { keys: ['t'], does: 'trace a packet that reaches the rule' },
      { keys: ['w'], does: 'who reaches the rule? All packets, in the inspector' },
      { keys: ['Alt+↑', 'Alt+↓'], does: 'what if the segment stood elsewhere?' },
    ],
  },
  {
    title: 'Chain: jump tree',
    lines: [
      { keys: ['↑', '↓', '→', '←', 'Home', 'End'], does: 'through the chains below; at the left edge, out' },
      { keys: ['Space'], does: 'fill the picture with the chain; again, out' },
      { keys: ['Escape', 'Backspace', '0'], does: 'one step out; all the way with 0' },
      { keys: ['+', '−'], does: 'closer, farther' },
      { keys: ['Enter'], does: 'open the chain' },
    ],
  },
  {
    title: 'Findings',
    lines: [
      { keys: ['↑', '↓', 'k', 'j', 'Home', 'End'], does: 'through the list' },
      { keys: ['n', 'p'], does: 'open the next one, the one before' },
      { keys: ['Escape'], does: 'close the open one' },
    ],
  },
  {
    title: 'Source',
    lines: [
      { keys: ['Tab', 'Ctrl+M'], does: 'out of the text; have Tab type into it, and again not' },
      { keys: ['Ctrl+F', 'Ctrl+G', 'Ctrl+Shift+O'], does: 'find words; go to a line, to a chain' },
      { keys: ['F12', 'Shift+F12'], does: 'to where the chain or set is declared; all that use it' },
      { keys: ['F8', 'Shift+F8'], does: 'the next thing that could not be read, the one before' },
    ],
  },
  {
    title: 'Trace: steps',
    lines: [
      { keys: ['↑', '↓', 'Home', 'End'], does: 'from step to step' },
      { keys: ['Space'], does: 'play the way of the packet; any key stops it' },
      { keys: ['Escape'], does: 'no step' },
    ],
  },
];

export const POINTER_LINES: readonly KeyLine[] = [
  { keys: ['Wheel', 'Pinch'], does: 'zoom the map where the pointer is; the wheel also in the jump tree' },
  { keys: ['Drag'], does: 'move the map' },
  { keys: ['Click'], does: 'select everywhere; on ▸ open in place; in the jump tree also go in' },
  { keys: ['Right click', 'Long press'], does: 'on the map: what can be done with it' },
  { keys: ['Double click'], does: 'on a card or rule: the chain view; on nothing: fit' },
];
