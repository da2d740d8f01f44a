namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Status that an instrument reports for an attempt.</summary>
internal enum InstrumentStatus
{
    Accepted,
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}
