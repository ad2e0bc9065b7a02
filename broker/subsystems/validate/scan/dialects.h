#pragma once
// The lexical grammars, one constant a language.

#include "lexer.h"

namespace decapod::scan {

extern Dialect const kC;
extern Dialect const kRust;
extern Dialect const kGo;
extern Dialect const kJava;
extern Dialect const kKotlin;
extern Dialect const kCsharp;
extern Dialect const kSwift;
extern Dialect const kPython;
extern Dialect const kJavascript;
extern Dialect const kRuby;
extern Dialect const kPhp;

}  // namespace decapod::scan
