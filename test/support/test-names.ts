import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** The full names of the tests in a file, as jest tells them; those of a table have its placeholders. */
export function testNames(file: string): Set<string> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const names = new Set<string>();
  const visit = (node: ts.Node, around: string[]): void => {
    const call = ts.isCallExpression(node) ? kindAndName(node) : undefined;
    const here = call?.name === undefined ? around : [...around, call.name];
    if (call?.kind === 'test') names.add(here.join(' '));
    ts.forEachChild(node, (child) => visit(child, here));
  };
  visit(source, []);
  return names;
}

/** What a call of `test`, of `describe` or of one of their kin stands for, and its name where that is written out. */
function kindAndName({ expression, arguments: given }: ts.CallExpression) {
  const word = leftmost(expression);
  const kind = word === 'test' || word === 'it' ? 'test' : word.startsWith('describe') ? 'suite' : undefined;
  const name = given.find((each) => ts.isStringLiteralLike(each) || ts.isTemplateExpression(each));
  if (!kind || !name) return undefined;
  return { kind, name: ts.isStringLiteralLike(name) ? name.text : name.getText().slice(1, -1) };
}

/** The first word of `test.each<Row>(rows)`. */
function leftmost(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  const isLonger = ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression);
  return isLonger ? leftmost(expression.expression) : '';
}
