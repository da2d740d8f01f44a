using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A named resource of the wiring.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Owner">The operator key whose attempts alone use it; null: a resource of the run.</param>
internal sealed record ResourceLimit(string Name, int Count, OperatorKey? Owner);
