namespace MatterStack.Engine.Operators;

/// <summary>What this machine has for local attempts. What takes time to determine is determined when it is first needed.</summary>
/// <param name="Cores">Number of cores.</param>
/// <param name="MemoryMib">Memory in MiB.</param>
/// <param name="Gpus">Accelerators.</param>
internal sealed record MachineBudgets(int Cores, Lazy<int> MemoryMib, Lazy<IReadOnlyList<string>> Gpus);
