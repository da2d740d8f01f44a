using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>A fact that could not be applied because of an error in the engine.</summary>
internal sealed record FailedFact(Observation Fact, Exception Error);
