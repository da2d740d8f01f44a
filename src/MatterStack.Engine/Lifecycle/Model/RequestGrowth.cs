namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Growth of a request that its operator has not accepted yet.</summary>
internal enum RequestGrowth
{
    /// <summary>None.</summary>
    None,

    /// <summary>More memory.</summary>
    Memory,

    /// <summary>A longer time limit.</summary>
    Time,
}
