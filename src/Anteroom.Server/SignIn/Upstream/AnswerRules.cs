using Anteroom.Entra.Requests;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>Whether an answer is the one that was asked for. Pure; what is not asked for is refused, not ignored (SEC-067).</summary>
public static class AnswerRules
{
    /// <summary>Null where it is; else the reason, with the part that is wrong.</summary>
    /// <param name="by">How it came through the browser.</param>
    public static UpstreamFailure? Fault(ConnectionFlow flow, CallbackResponse.Answer answer, UpstreamResponseMode by)
    {
        if (by != flow.ComesBy)
            return new(ReasonCodes.AnswerByWrongWay, Detail: by == UpstreamResponseMode.Query ? "query" : "form_post");
        if (answer.HasAccessToken)
            return new(ReasonCodes.AnswerUnexpected, Detail: "access_token");
        if (answer.Code is not null && !flow.HasCode)
            return new(ReasonCodes.AnswerUnexpected, Detail: "code");
        if (answer.IdToken is not null && !flow.HasIdToken)
            return new(ReasonCodes.AnswerUnexpected, Detail: "id_token");
        if (answer.Code is null && flow.HasCode)
            return new(ReasonCodes.CallbackInvalid, Detail: "code");
        return answer.IdToken is null && flow.HasIdToken ? new(ReasonCodes.IdTokenMissing, Detail: "id_token") : null;
    }
}
