import ts from 'typescript';

/** A TypeScript transformer that turns the private field `#name` into the plain property `_name`. */
export const privateFieldsAsProperties = () => (context) => (sourceFile) => {
  const visit = (node) => {
    if (ts.isClassLike(node)) refuseInheritance(node);
    if (ts.isPrivateIdentifier(node)) return context.factory.createIdentifier(`_${node.text.slice(1)}`);
    return ts.visitEachChild(node, visit, context);
  };
  return ts.visitNode(sourceFile, visit);
};

/** A private name belongs to its class alone; a plain one would be shared with the classes above and below. */
function refuseInheritance(node) {
  const parent = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const hasPrivateNames = node.members.some(({ name }) => name && ts.isPrivateIdentifier(name));
  if (!parent || !hasPrivateNames) return;
  throw new Error(`${node.name?.text} has private fields and extends a class: rename them apart in the browser build`);
}
