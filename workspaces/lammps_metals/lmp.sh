# Runs LAMMPS on one core: sh lmp.sh ARGUMENTS
# Debian's program is built with Open MPI. As a single process it needs none of its helpers and listeners, which take half a second to start;
# and processes that share a folder for temporary files fail at random, so it gets the attempt's own.
: "${LAMMPS_POTENTIALS:=/usr/share/lammps/potentials}"
export LAMMPS_POTENTIALS OMP_NUM_THREADS=1
export OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl=self OMPI_MCA_pml=ob1 OMPI_MCA_orte_tmpdir_base="$TMPDIR"
exec lmp -log none "$@"
