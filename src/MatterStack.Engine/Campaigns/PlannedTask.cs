namespace MatterStack.Engine.Campaigns;

/// <summary>A task with its files found and hashed.</summary>
public sealed record PlannedTask(CampaignTask Task, IReadOnlyList<StagedInput> Inputs);
