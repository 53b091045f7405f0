#include "amp_kernels.h"
