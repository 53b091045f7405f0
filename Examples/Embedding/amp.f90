! Amp for Fortran 2003: the functions of amp.h that evaluate a surrogate.
module amp
  use, intrinsic :: iso_c_binding
  implicit none

  enum, bind(c)
    enumerator :: amp_trusted = 0, amp_uncertain = 1, amp_outside = 2, amp_unknown = 3
    enumerator :: amp_invalid = 4
  end enum

  interface
    function amp_load(path, max_uncertainty, samples, surrogate, message, capacity) &
        bind(c, name='amp_load') result(status)
      import :: c_char, c_double, c_int, c_int32_t, c_intptr_t
      character(kind=c_char), intent(in) :: path(*)
      real(c_double), value :: max_uncertainty
      integer(c_intptr_t), value :: samples, capacity
      integer(c_int32_t), intent(out) :: surrogate
      character(kind=c_char), intent(out) :: message(*)
      integer(c_int) :: status
    end function

    function amp_unload(surrogate) bind(c, name='amp_unload') result(status)
      import :: c_int, c_int32_t
      integer(c_int32_t), value :: surrogate
      integer(c_int) :: status
    end function

    function amp_particles(surrogate) bind(c, name='amp_particles') result(particles)
      import :: c_int, c_int32_t
      integer(c_int32_t), value :: surrogate
      integer(c_int) :: particles
    end function

    ! momenta(4, particles), result(3), as a C program has them row by row.
    function amp_evaluate_point(surrogate, momenta, result, verdict) &
        bind(c, name='amp_evaluate_point') result(status)
      import :: c_double, c_int, c_int32_t
      integer(c_int32_t), value :: surrogate
      real(c_double), intent(in) :: momenta(4, *)
      real(c_double), intent(out) :: result(3)
      integer(c_int), intent(out) :: verdict
      integer(c_int) :: status
    end function
  end interface

contains

  ! A text from C, which ends at its zero.
  function from_c(text) result(trimmed)
    character(kind=c_char), intent(in) :: text(:)
    character(len=:), allocatable :: trimmed
    integer :: i
    trimmed = ''
    do i = 1, size(text)
      if (text(i) == c_null_char) exit
      trimmed = trimmed // text(i)
    end do
  end function

end module
