import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

const SOURCE = resolve(__dirname, '../../src');

/** One part of the library that uses another: a file of src, or a folder there, by its name. */
export interface Import {
  from: string;
  to: string;
  /** Whether it knows its types alone, of which nothing is left when it runs. */
  isTypeOnly: boolean;
}

/** Every import from one part of the library to another. */
export function importsOfSource(): Import[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files
    .map((file) => join(SOURCE, file))
    .flatMap(importsOf)
    .filter(({ from, to }) => from !== to);
}

function importsOf(file: string): Import[] {
  const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  return statements.flatMap((statement) => {
    const isPassedOn = ts.isExportDeclaration(statement);
    if (!isPassedOn && !ts.isImportDeclaration(statement)) return [];
    const specifier = statement.moduleSpecifier;
    if (!specifier || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return [];
    const isOfTypes = isPassedOn
      ? statement.isTypeOnly
      : statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    const names = isPassedOn ? statement.exportClause : statement.importClause?.namedBindings;
    const list = names && (ts.isNamedImports(names) || ts.isNamedExports(names)) ? names.elements : [];
    const isTypeOnly = isOfTypes || (list.length > 0 && list.every((name) => name.isTypeOnly));
    return [{ from: partOf(file), to: partOf(pathOf(resolve(dirname(file), specifier.text))), isTypeOnly }];
  });
}

function pathOf(module: string): string {
  return statSync(module, { throwIfNoEntry: false })?.isDirectory() ? join(module, 'index.ts') : `${module}.ts`;
}

function partOf(file: string): string {
  const [first = '', ...rest] = relative(SOURCE, file).split(sep);
  return rest.length > 0 ? first : first.replace(/\.ts$/, '');
}
