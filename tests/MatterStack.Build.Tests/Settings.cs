// One process has one BuildManager, one environment and one current directory.
[assembly: DoNotParallelize]
