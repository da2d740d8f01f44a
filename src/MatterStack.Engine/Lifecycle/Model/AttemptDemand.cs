namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What an attempt asks for whose task asks for something else since an amendment.</summary>
/// <param name="KeyIndex">Index of its operator key in <see cref="RunModel.Keys"/>.</param>
/// <param name="Cores">Cores in all.</param>
/// <param name="Needs">Memory, accelerators and named resources; null if it needs none.</param>
internal sealed record AttemptDemand(int KeyIndex, int Cores, TaskNeeds? Needs);
