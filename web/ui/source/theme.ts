/** Monaco's colours from the page's tokens. Hue means owner, so highlighting is ink and weight only. */
import type { editor } from 'monaco-editor/editor/editor.api.js';
import tokens from '../theme/tokens.json' with { type: 'json' };

export type EditorTheme = 'nfscope-light' | 'nfscope-dark';

/** Monaco's data for one of the two themes. */
export function editorTheme(name: 'light' | 'dark'): editor.IStandaloneThemeData {
  const { neutral, severity } = tokens.themes[name];
  const bare = (colour: string): string => colour.slice(1);
  return {
    base: name === 'dark' ? 'vs-dark' : 'vs',
    inherit: false,
    rules: [
      { token: '', foreground: bare(neutral['ink-2']) },
      { token: 'comment', foreground: bare(neutral['ink-3']) },
      { token: 'counter', foreground: bare(neutral['ink-3']) },
      { token: 'keyword', foreground: bare(neutral['ink-2']) },
      { token: 'option', foreground: bare(neutral['ink-3']) },
      { token: 'operator', foreground: bare(neutral.ink) },
      { token: 'delimiter', foreground: bare(neutral['ink-3']) },
      { token: 'module', foreground: bare(neutral['ink-2']) },
      { token: 'chain', foreground: bare(neutral.ink), fontStyle: 'bold' },
      { token: 'verdict', foreground: bare(neutral.ink), fontStyle: 'bold' },
      { token: 'string', foreground: bare(neutral.ink) },
      { token: 'number', foreground: bare(neutral.ink) },
    ],
    colors: {
      'editor.background': neutral.surface,
      'editor.foreground': neutral['ink-2'],
      'editorLineNumber.foreground': neutral['ink-3'],
      'editorLineNumber.activeForeground': neutral.ink,
      // The number behind the last line break.
      'editorLineNumber.dimmedForeground': neutral['ink-3'],
      'editorCursor.foreground': neutral.ink,
      'editor.selectionBackground': neutral['line-2'],
      'editor.inactiveSelectionBackground': neutral.line,
      'editor.lineHighlightBackground': '#00000000',
      'editor.lineHighlightBorder': '#00000000',
      'editor.wordHighlightBackground': neutral.sunk,
      'editor.wordHighlightStrongBackground': neutral.sunk,
      'editor.findMatchBackground': neutral['line-2'],
      'editor.findMatchHighlightBackground': neutral.line,
      'editorBracketMatch.background': neutral.sunk,
      'editorBracketMatch.border': neutral['line-2'],
      'editorIndentGuide.background1': neutral.line,
      'editorWidget.background': neutral.surface,
      'editorWidget.foreground': neutral.ink,
      'editorWidget.border': neutral['line-2'],
      'editorHoverWidget.background': neutral.surface,
      'editorHoverWidget.foreground': neutral.ink,
      'editorHoverWidget.border': neutral['line-2'],
      'editorError.foreground': severity.error,
      'editorWarning.foreground': severity.warning,
      'editorInfo.foreground': neutral['ink-3'],
      'editorStickyScroll.background': neutral.surface,
      'editorStickyScrollHover.background': neutral.hover,
      'editorStickyScroll.border': neutral.line,
      'input.background': neutral.surface,
      'input.foreground': neutral.ink,
      'input.border': neutral['line-2'],
      'list.hoverBackground': neutral.hover,
      'list.focusBackground': neutral.sunk,
      'list.focusForeground': neutral.ink,
      'quickInput.background': neutral.surface,
      'quickInput.foreground': neutral.ink,
      'peekView.border': neutral['line-2'],
      'peekViewEditor.background': neutral.canvas,
      'peekViewResult.background': neutral.surface,
      'peekViewTitle.background': neutral.sunk,
      'peekViewEditor.matchHighlightBackground': neutral['line-2'],
      'scrollbarSlider.background': `${neutral.graph}55`,
      'scrollbarSlider.hoverBackground': `${neutral.graph}88`,
      'scrollbarSlider.activeBackground': `${neutral.graph}aa`,
      focusBorder: neutral.ink,
    },
  };
}
