/** The bare editor: the largest piece of Monaco, evaluated in a task of its own. */
import 'monaco-editor/editor/editor.api.js';
