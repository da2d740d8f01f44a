namespace MatterStack.Engine.Runs.Limits;

/// <summary>What an attempt takes of one limit.</summary>
/// <param name="Name">Name of the share, the same in all runs.</param>
/// <param name="Amount">How much.</param>
/// <param name="Limit">How much there is, as this run's wiring says; null if it sets no limit. Other runs may set one, so the amount is
/// recorded all the same.</param>
/// <param name="Description">The amount, for people.</param>
internal sealed record ShareDemand(string Name, long Amount, long? Limit, string Description);
