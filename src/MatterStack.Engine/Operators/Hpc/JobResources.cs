namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Resources that a job requests; jobs with equal shapes can form one array.</summary>
/// <param name="Cores">Processor cores.</param>
/// <param name="MemoryMib">Memory in MiB; null uses the site's default.</param>
/// <param name="Gpus">Accelerators.</param>
/// <param name="TimeLimit">Time limit; null uses the site's default.</param>
internal sealed record JobResources(int Cores, int? MemoryMib, int Gpus, TimeSpan? TimeLimit);
