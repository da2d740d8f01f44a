namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Format of a request and its answer as files in the attempt's folder. People, instruments and clusters without a connection
/// differ only in this.</summary>
internal interface IExchange
{
    /// <summary>Name of the request file. It is written last, so its existence shows that the request is complete.</summary>
    string RequestFileName { get; }

    /// <summary>Writes the request; <see cref="RequestFileName"/> last and atomically.</summary>
    void WriteRequest(AttemptRequest request, DateTimeOffset? deadline, AttemptFiles files);

    /// <summary>Describes what the attempt waits for, for people.</summary>
    string DescribeWait(AttemptRequest request);

    /// <summary>Reads the answer, if there is one.</summary>
    ExchangeAnswer ReadAnswer(AttemptRequest request);
}
