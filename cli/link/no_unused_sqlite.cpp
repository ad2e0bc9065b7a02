// What SQLite's archive holds and no statement of ours asks for: its older full-text search, R-trees, tables about
// pages and statements, and SQL's mathematical functions, for the sake of which half of the C library's are linked,
// each of them for several processors. With the linker's --wrap the references end here, and the parts are left out:
// 0.4 MB, and the work of announcing them to every connection.

#include <limits>

extern "C" {

int __wrap_sqlite3Fts3Init(void* connection);
int __wrap_sqlite3RtreeInit(void* connection);
int __wrap_sqlite3DbstatRegister(void* connection);
int __wrap_sqlite3StmtVtabInit(void* connection);
int __wrap_sqlite3Fts3Init(void* /*connection*/) {
  return 0;
}
int __wrap_sqlite3RtreeInit(void* /*connection*/) {
  return 0;
}
int __wrap_sqlite3DbstatRegister(void* /*connection*/) {
  return 0;
}
int __wrap_sqlite3StmtVtabInit(void* /*connection*/) {
  return 0;
}

// SQL has no such number: a statement that asks all the same gets NULL.
#define DECAPOD_NO_FUNCTION(name)                    \
  double __wrap_##name(double of);                   \
  double __wrap_##name(double) {                     \
    return std::numeric_limits<double>::quiet_NaN(); \
  }
#define DECAPOD_NO_FUNCTION_OF_TWO(name)             \
  double __wrap_##name(double of, double and_of);    \
  double __wrap_##name(double, double) {             \
    return std::numeric_limits<double>::quiet_NaN(); \
  }
DECAPOD_NO_FUNCTION(acos)
DECAPOD_NO_FUNCTION(acosh)
DECAPOD_NO_FUNCTION(asin)
DECAPOD_NO_FUNCTION(asinh)
DECAPOD_NO_FUNCTION(atan)
DECAPOD_NO_FUNCTION(atanh)
DECAPOD_NO_FUNCTION(cos)
DECAPOD_NO_FUNCTION(cosh)
DECAPOD_NO_FUNCTION(exp)
DECAPOD_NO_FUNCTION(sin)
DECAPOD_NO_FUNCTION(sinh)
DECAPOD_NO_FUNCTION(sqrt)
DECAPOD_NO_FUNCTION(tan)
DECAPOD_NO_FUNCTION(tanh)
DECAPOD_NO_FUNCTION(trunc)
DECAPOD_NO_FUNCTION_OF_TWO(atan2)
DECAPOD_NO_FUNCTION_OF_TWO(fmod)
DECAPOD_NO_FUNCTION_OF_TWO(pow)
#undef DECAPOD_NO_FUNCTION
#undef DECAPOD_NO_FUNCTION_OF_TWO

}  // extern "C"
