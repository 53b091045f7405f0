! Amplitudes with uncertainties in Fortran 2003: predict POINTS MODEL...
! As predict.c.
program predict
  use amp
  implicit none
  character(len=4096) :: points, path
  character(kind=c_char) :: message(512)
  integer(c_int32_t) :: surrogate
  integer(c_int) :: status, verdict
  integer :: m, end_of_file
  real(c_double), allocatable :: momenta(:, :)
  real(c_double) :: result(3)

  if (command_argument_count() < 2) stop 'usage: predict POINTS MODEL...'
  call get_command_argument(1, points)
  do m = 2, command_argument_count()
    call get_command_argument(m, path)
    status = amp_load(trim(path) // c_null_char, 0.01_c_double, 0_c_intptr_t, surrogate, &
      message, int(size(message), c_intptr_t))
    if (status /= 0) then
      write (0, '(a)') from_c(message)
      stop 1
    end if
    allocate (momenta(4, amp_particles(surrogate)))
    open (unit=10, file=trim(points), status='old', action='read')
    do
      read (10, *, iostat=end_of_file) momenta
      if (end_of_file /= 0) exit
      status = amp_evaluate_point(surrogate, momenta, result, verdict)
      print '(3es26.16e3, i2)', result, verdict
    end do
    close (10)
    deallocate (momenta)
    status = amp_unload(surrogate)
  end do
end program
