/** Why a flow has the name it has, for those who ask. */
export { Explainer } from "./explainer.ts";
export { parseQuestion, type Question } from "./question.ts";
export { type Found, Inquiry, search } from "./search.ts";
