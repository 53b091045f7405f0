// All kernels of one instruction set, in one precision. Included twice by each levels/*.c with
// LEVEL and VECTOR_BYTES set and F64 or F32 chosen.

#define PASTE_(a, b, c) amp_##a##_##b##_##c
#define PASTE(a, b, c) PASTE_(a, b, c)

#ifdef F64
#define PRECISION f64
#define real double
#define EXP_MAGIC 6755399441055744.0
#define EXP_BIAS 1023L
#define EXP_SHIFT 52
#define EXP_LOW -707.7
#define EXP_HIGH 709.782712893384
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define EXP_COEFFICIENTS                                                                      \
  {0.999999999999999997,     0.999999999999999998,    0.500000000000001841,                   \
   0.166666666666667025,     0.0416666666664879385,   0.00833333333330950658,                 \
   0.00138888889523561362,   0.000198412699092606459, 0.000024801485438447381,                \
   2.75572249183688685e-6,   2.76326557593320308e-7,  2.51148827869966873e-8}
#define TAIL_K 5
#define TAIL_END 9
#define TAIL_COEFFICIENTS                                                                     \
  {0.46151582984989829098,     -0.091552281826291297559,   0.031030368595928791826,           \
   0.010002353521271220101,    -0.026401041722448824446,   0.024536940508579455985,           \
   -0.015170550093328722483,   0.0065217211076199516299,   -0.001675800608516320352,          \
   0.000011038481795872755954, 0.00019216677877794657292,  -0.000035904155418694990249,       \
   0.000011346075820167527605, 0.000026244519184794132523, 8.7753674287672504296e-6,          \
   9.8208681879282973463e-7}
#define LOG_COEFFICIENTS \
  {0.6666666666666666, 0.4, 0.2857142857142857, 0.2222222222222222, 0.18181818181818182,     \
   0.15384615384615385, 0.13333333333333333, 0.11764705882352941, 0.10526315789473684,       \
   0.09523809523809523, 0.08695652173913043}
#define SINE_COEFFICIENTS \
  {1.5707963267948966192, -0.64596409750624625366, 0.079692626246167045121,                  \
   -0.0046817541353186881007, 0.00016044118478735982187, -3.5988432352120853405e-6,          \
   5.6921729219679268118e-8, -6.6880351098114672325e-10, 6.0669357311061956671e-12}
#define COSINE_COEFFICIENTS \
  {1.0, -1.2337005501361698274, 0.25366950790104801364, -0.020863480763352960873,            \
   0.00091926027483942658024, -0.000025202042373060605481, 4.7108747788181715037e-7,         \
   -6.3866030837918522411e-9, 6.5659631149794723622e-11}
#define HALF_STEP 0x1p-53
#else
#define PRECISION f32
#define real float
#define EXP_MAGIC 12582912.0f
#define EXP_BIAS 127
#define EXP_SHIFT 23
#define EXP_LOW -86.6f
#define EXP_HIGH 88.72284f
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#define EXP_COEFFICIENTS                                                                      \
  {0.999999999959515864f, 1.00000003775011501f, 0.500000010781411007f, 0.16666415376600747f,  \
   0.0416662180947935862f, 0.00837513726793703569f, 0.00139485927794956613f}
#define TAIL_K 2.5f
#define TAIL_END 5.8f
#define TAIL_COEFFICIENTS                                                                     \
  {0.4946599212633628814f,   -0.091590777292373392712f,  -0.03780077680570779178f,            \
   0.045518806561249746241f, -0.010392469413850330156f,  -0.0089528703618797720774f,          \
   -0.0014915128154489107597f}
// Φ(x) = ½ + x P(2x²/MIDDLE_END² − 1), see Tests/Fixtures/scripts/gelu_polynomial.py.
#define MIDDLE_END 5.3f
#define MIDDLE_COEFFICIENTS                                                                   \
  {0.133392563f,  -0.0665185058f,  0.0492641631f,  -0.039588931f,   0.0320795203f,            \
   -0.0252983007f, 0.0189258359f,  -0.0131854745f, 0.00882817013f,  -0.00584954973f,          \
   0.00313492922f, -0.00109594815f, 0.000732079605f, -0.000764565685f, 0.000283629971f}
#define LOG_COEFFICIENTS \
  {0.6666666666666666f, 0.4f, 0.2857142857142857f, 0.2222222222222222f,                      \
   0.18181818181818182f}
#define SINE_COEFFICIENTS \
  {1.5707963267948966192f, -0.64596409750624625366f, 0.079692626246167045121f,               \
   -0.0046817541353186881007f, 0.00016044118478735982187f}
#define COSINE_COEFFICIENTS \
  {1.0f, -1.2337005501361698274f, 0.25366950790104801364f, -0.020863480763352960873f,        \
   0.00091926027483942658024f}
#define HALF_STEP 0x1p-24f
#endif

// The plain C square root sets errno, which would keep loops from being vectorised.
#define SQRT __builtin_elementwise_sqrt
#define NAME(x) PASTE(x, PRECISION, LEVEL)
#define VL ((int)(VECTOR_BYTES / sizeof(real)))
#define vreal NAME(vector)
#define vint NAME(integers)
#define LOAD(p) (*(const vreal *)(p))
#define STORE(p, x) (*(vreal *)(p) = (x))
#define SPLAT(s) ((vreal){0} + (real)(s))
#define INLINE static inline __attribute__((always_inline))

typedef real vreal __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(real))));
#ifdef F64
typedef long long vint __attribute__((vector_size(VECTOR_BYTES), aligned(8)));
#else
typedef int vint __attribute__((vector_size(VECTOR_BYTES), aligned(4)));
#endif

#include "vector.inc.h"
#include "math.inc.h"
#include "evaluate.inc.h"
#include "several.inc.h"
#include "activation.inc.h"
#pragma clang diagnostic pop
#include "product.inc.h"
#include "update.inc.h"
#include "noise.inc.h"
#include "rational.inc.h"
#include "spline.inc.h"
#include "mixing.inc.h"
#include "multivector.inc.h"
#include "norm.inc.h"
#include "attention.inc.h"
#include "gated_unit.inc.h"
#include "panels.inc.h"

const PASTE(kernels, PRECISION, table) NAME(table) = {
    NR,
    NAME(pack),
    NAME(product_packed),
    NAME(shorten),
    NAME(dense),
    NAME(product_pulled_back),
    NAME(product),
    NAME(product_transposed),
    NAME(activate),
    NAME(pull_back_activation),
    NAME(sum_tree),
    NAME(adam),
    NAME(soap_direction),
    NAME(axpby),
    NAME(multiply),
    NAME(gather),
    NAME(exponential),
    NAME(copy_block),
    NAME(rational),
    NAME(pull_back_rational),
    NAME(spline_basis),
    NAME(pull_back_spline_basis),
    NAME(fold_splines),
    NAME(unfold_splines),
    NAME(normals),
    NAME(reparametrise),
    NAME(scatter),
    NAME(variances),
    NAME(pull_back_variances),
    NAME(pull_to_mean),
    NAME(pull_to_variance),
};

const PASTE(lorentz, PRECISION, table) PASTE(lorentz, PRECISION, LEVEL) = {
    NAME(mix),               NAME(outer_product),
    NAME(row_sums),          NAME(transpose_part),
    NAME(geometric_norm),    NAME(geometric_norm_back),
    NAME(joint_norm),        NAME(joint_norm_back),
    NAME(attention),         NAME(attention_back),
    NAME(geometric_product), NAME(geometric_product_back),
    NAME(gate),              NAME(gate_back),
    NAME(gated_unit),        NAME(gated_unit_back),
};

#undef PASTE
#undef PASTE_
#undef PRECISION
#undef real
#undef EXP_MAGIC
#undef EXP_BIAS
#undef EXP_SHIFT
#undef EXP_LOW
#undef EXP_HIGH
#undef LN2_HIGH
#undef LN2_LOW
#undef EXP_COEFFICIENTS
#undef TAIL_K
#undef TAIL_END
#undef TAIL_COEFFICIENTS
#undef MIDDLE_END
#undef MIDDLE_COEFFICIENTS
#undef LOG_COEFFICIENTS
#undef SINE_COEFFICIENTS
#undef COSINE_COEFFICIENTS
#undef HALF_STEP
#undef SQRT
#undef NAME
#undef VL
#undef vreal
#undef vint
#undef LOAD
#undef STORE
#undef SPLAT
#undef MR
#undef NR
#undef HORNER
#undef EVEN_ODD
#undef INLINE
#undef SEVERAL
#undef UNROLLED
